/** A test that checks nothing cannot fail, so it counts as failed. A check is an `expect` or a `fc.assert`. */
afterEach(() => {
  const { assertionCalls, currentTestName } = expect.getState();
  if (assertionCalls === 0) throw new Error(`the test “${currentTestName}” checks nothing`);
});
