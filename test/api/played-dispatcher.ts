/** A dispatcher that a test plays, in the place of undici's. Import it before what uses it. */
jest.mock("../../src/api/dispatcher", () => ({ openDispatcher: jest.fn() }));
