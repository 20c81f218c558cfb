import { flavour } from "./flavours";
import { goldenTests } from "./goldens";
import { synthTests } from "./synth-tests";

const cdktn = flavour("cdktn");
goldenTests(cdktn);
synthTests(cdktn);
