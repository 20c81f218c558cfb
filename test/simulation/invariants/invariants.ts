/** All of them, by the names that a failure is reported under. */
import { everyWriteIsRecorded, theTrailHolds } from "./audit";
import { deletesNothingUnreplaced, nothingDeclaredIsOmitted, savedPlansDoOnlyWhatTheyHold } from "./deferred";
import { keepsTheOverlap, reissuesOnlyWithReason } from "./lifetimes";
import { runsNeverInterleave, stopsOnceItsLockIsTaken } from "./locks";
import {
  noDraftHoldsASecret,
  oneMoreRunConverges,
  type QuietInvariant,
  requestsAreMinimal,
  thePlanAfterIsEmpty,
} from "./quiet";
import { whatIsRecordedIsThere } from "./recorded";
import { readsBeforeItWritesAgain } from "./repeats";
import {
  deletesOnlyWhatIsOurs,
  issuesOnlyWhatASinkTakes,
  type RequestInvariant,
  staysOnItsManager,
  staysWithinItsTarget,
  staysWithinTheLimit,
  writesOnlyWhatIsDeclared,
  writesOnlyWhatIsPlanned,
} from "./requests";
import {
  closesItsFiles,
  endsWithDiagnostics,
  exitCodeTellsTheTruth,
  keepsWhatItDoesNotKnow,
  noIssuedSecretIsLost,
  nothingLeaks,
  overwritesNobodysFile,
  type RunInvariant,
  refusesContradictions,
  whatIsAppliedIsSo,
} from "./runs";
import {
  forgetsNothingOfOurs,
  givesNothingAwayByDigests,
  knowsAnswersAsTheyAre,
  ownsNothingOfOthers,
  recordsOnlyItsTarget,
  type StateInvariant,
  whatIsDeliveredIsValid,
} from "./state";

/** At the wire, before each request has any effect. */
export const requestInvariants: Readonly<Record<string, RequestInvariant>> = {
  deletesOnlyWhatIsOurs,
  writesOnlyWhatIsDeclared,
  writesOnlyWhatIsPlanned,
  savedPlansDoOnlyWhatTheyHold,
  deletesNothingUnreplaced,
  issuesOnlyWhatASinkTakes,
  staysWithinTheLimit,
  readsBeforeItWritesAgain,
  runsNeverInterleave,
  stopsOnceItsLockIsTaken,
  staysOnItsManager,
  staysWithinItsTarget,
  keepsTheOverlap,
  reissuesOnlyWithReason,
  everyWriteIsRecorded,
};

/** After each run. */
export const runInvariants: Readonly<Record<string, RunInvariant>> = {
  endsWithDiagnostics,
  closesItsFiles,
  whatIsAppliedIsSo,
  exitCodeTellsTheTruth,
  noIssuedSecretIsLost,
  keepsWhatItDoesNotKnow,
  nothingLeaks,
  overwritesNobodysFile,
  refusesContradictions,
  nothingDeclaredIsOmitted,
};

/** After each step, of what is on the disk. That it loads at all is checked first. */
export const stateInvariants: Readonly<Record<string, StateInvariant>> = {
  forgetsNothingOfOurs,
  ownsNothingOfOthers,
  whatIsDeliveredIsValid,
  whatIsRecordedIsThere,
  recordsOnlyItsTarget,
  givesNothingAwayByDigests,
  knowsAnswersAsTheyAre,
  theTrailHolds,
};

/** After each run without faults. */
export const quietInvariants: Readonly<Record<string, QuietInvariant>> = {
  oneMoreRunConverges,
  thePlanAfterIsEmpty,
  requestsAreMinimal,
  noDraftHoldsASecret,
};
