/** For messages of other rooms. */
export { nearestTo } from "../engine/nearest";
