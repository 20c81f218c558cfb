/** For messages of other folders. */
export { nearestTo } from "../engine/nearest";
export { notAnAddress } from "../engine/nearest-address";
