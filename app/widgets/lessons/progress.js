// Which lessons a visitor has finished: kept in this browser, or nowhere if it keeps nothing.

const KEY = "rvq-motion-studio.lessons";

export function readDone() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch {
    return new Set();
  }
}

export function markDone(/** @type {string} */ lesson) {
  const done = readDone();
  if (done.has(lesson)) return;
  try {
    localStorage.setItem(KEY, JSON.stringify([...done, lesson]));
  } catch {
    // A browser that keeps nothing only forgets what was finished.
  }
}
