// What gitlab-ci-local takes from Node 22.
Set.prototype.union ??= function (other) {
  return new Set([...this, ...other]);
};
