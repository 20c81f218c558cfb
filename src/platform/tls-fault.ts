const TLS_CODE =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|EPROTO)/;

const NOT_TRUSTED = "is signed by no trusted authority";

/** The most common OpenSSL codes, as words about the other side's certificate. */
const certificateFaults: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: "is self-signed and not trusted",
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "is for another host name",
};

/** Whether the other side does not speak TLS, so that no certificate would help. */
export function isNoTls(code: string | undefined): boolean {
  return code === "ERR_SSL_WRONG_VERSION_NUMBER";
}

/**
 * Why a TLS handshake failed, by the error's code; `undefined` if TLS is not the cause. `certificate` names the other
 * side's certificate.
 */
export function tlsFault(code: string, certificate: string): string | undefined {
  if (!TLS_CODE.test(code)) return undefined;
  if (isNoTls(code)) return "the TLS handshake failed, the answer is not TLS";
  const fault = certificateFaults[code];
  return `the TLS handshake failed${fault === undefined ? "" : `, ${certificate} ${fault}`}`;
}
