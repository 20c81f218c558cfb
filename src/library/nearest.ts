/** For messages of other rooms. */
export { nearestTo } from "../engine/nearest";
export { notAnAddress } from "../engine/nearest-address";
