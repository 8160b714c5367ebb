// A small part of the browser's IndexedDB as promises: records by key. Where a browser keeps nothing
// (private windows, blocked storage) reading finds nothing and writing does nothing.

const DATABASE = "rvq-motion-studio";
const STORE = "work";

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransactionMode} mode */
async function open(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return (await settled(opening)).transaction(STORE, mode).objectStore(STORE);
}

/**
 * @template T
 * @param {() => Promise<T>} act
 * @param {T} otherwise
 */
async function orElse(act, otherwise) {
  try {
    return await act();
  } catch {
    return otherwise;
  }
}

export const browserStorage = {
  /** @returns {Promise<any[]>} */
  all: () =>
    orElse(async () => settled((await open("readonly")).getAll()), /** @type {any[]} */ ([])),

  /**
   * @param {string} key
   * @param {unknown} record
   */
  put: (key, record) =>
    orElse(async () => void (await settled((await open("readwrite")).put(record, key))), undefined),

  /** @param {string} key */
  remove: (key) =>
    orElse(async () => void (await settled((await open("readwrite")).delete(key))), undefined),
};
