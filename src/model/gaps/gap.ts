/** One thing that the manual leaves open, and that `probe` asks a manager. */
export interface Gap {
  readonly question: string;
  /** The chapter of the manual that says nothing about it or contradicts itself. */
  readonly chapter: string;
  /** What jp1im assumes. */
  readonly assumption: string;
  /** How a probe asks; absent if no probe may try it. */
  readonly asked?: string;
  /** Why no probe tries it. */
  readonly untried?: string;
  readonly answers: Readonly<Record<string, GapAnswer>>;
}

export interface GapAnswer {
  /** Whether jp1im works correctly with this answer. */
  readonly isAssumed: boolean;
  /** What it means for the user. */
  readonly meaning: string;
}

/** An answer that jp1im expects, or works with as well as with the others. */
export const assumed = (meaning: string): GapAnswer => ({ isAssumed: true, meaning });

/** An answer that makes a difference. */
export const different = (meaning: string): GapAnswer => ({ isAssumed: false, meaning });
