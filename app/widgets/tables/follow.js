// What the server wants looked at: the tab of the tables, or a row of one, perhaps a certain token of it.

/** Follow the parcels that lead somewhere on the page. */
export function followParcels(studio) {
  studio.on("parcel", (parcel) => {
    if (parcel.kind !== "tab" && parcel.kind !== "row") return;
    studio.showTab(parcel.tab);
    if (parcel.kind === "tab") bringIntoSight(".deck", "nearest");
    else if (parcel.layer === null) play();
    else select(parcel);
  });

  function play() {
    bringIntoSight(".stage", "center");
    if (!isStill()) studio.clock.play();
  }

  /** Put the selection on a token, or on a whole layer where no token is named. */
  function select({ layer, step }) {
    const { fps, ratio, steps } = studio.views.clip;
    const seconds = ((step ?? 0) * ratio) / fps;
    studio.clock.pause();
    studio.clock.seek(seconds);
    studio.reveal(seconds);
    studio.selection.set({ layer, step: step ?? 0 }, { layer, step: step ?? steps - 1 });
    document.querySelector("#studio .grid").focus({ preventScroll: true });
    bringIntoSight(".timeline > .tokens", "center");
  }
}

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function bringIntoSight(what, block) {
  const behavior = isStill() ? "auto" : "smooth";
  document.querySelector(`#studio ${what}`).scrollIntoView({ block, behavior });
}
