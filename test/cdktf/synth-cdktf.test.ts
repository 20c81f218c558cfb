import { flavour } from "./flavours";
import { goldenTests } from "./goldens";
import { synthTests } from "./synth-tests";

const cdktf = flavour("cdktf");
goldenTests(cdktf);
synthTests(cdktf);
