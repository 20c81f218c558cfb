import { flavour } from "./flavours";
import { providerSynthTests } from "./provider-synth-tests";

providerSynthTests(flavour("cdktn"));
