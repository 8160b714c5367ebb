// What fills each tab, by the name that the server gives it.

import { mount as beam } from "../beam/beam.js";
import { mount as codebook } from "../codebook/codebook.js";
import { mount as compare } from "../compare/compare.js";
import { mount as dictionary } from "../dictionary/dictionary.js";
import { mount as doctor } from "../doctor/doctor.js";
import { mount as information } from "../information/information.js";
import { mount as lattice } from "../lattice/lattice.js";
import { mount as many } from "../many/many.js";
import { mount as microscope } from "../microscope/microscope.js";
import { mount as relabel } from "../relabel/relabel.js";
import { mount as tables } from "../tables/tables.js";

/** @import { Studio } from "../shared/store.js" */

/** @type {Record<string, (place: HTMLElement, studio: Studio) => void>} */
export const CONTENTS = {
  beam,
  codebook,
  compare,
  dictionary,
  doctor,
  information,
  lattice,
  many,
  microscope,
  relabel,
  tables,
};
