/** What the command says of itself. */
export const USAGE = `Usage: workload-identity-ca <command> [options]

  init           make a CA key and its self-signed certificate: the anchor verifiers hold
  request        make a CA key and a certification request, for a CA above it
  intermediate   certify a CA below another one: for a request, or for a key made here

Options
  --trust-domain <name>      the trust domain the CA serves (init, intermediate)
  --key <file>               the new key: PKCS#8, mode 0600; never overwritten
  --out <file>               the new certificate or request, PEM; never overwritten
  --algorithm <name>         ECDSA_P256_SHA256 (default), ECDSA_P384_SHA384, RSA_PSS_SHA256, Ed25519
  --passphrase-env <name>    encrypt the new key with the passphrase in an environment variable
  --passphrase-file <file>   encrypt the new key with the passphrase in a file
  --lifetime <days>d         init 3650d, intermediate 365d
  --path-length <n>          how many CAs may follow: init 1, intermediate 0
  --service-host <host>      a host whose https URLs a leaf may name; may be repeated. The bundle lists
                             each URL in \`services\` of the authority
  --common-name <name>       the name of the CA; request needs it
  --issuer <file>            intermediate: the certificate of the CA above, PEM
  --issuer-key <file>        intermediate: its key
  --issuer-passphrase-env, --issuer-passphrase-file
                             intermediate: the passphrase of that key
  --csr <file>               intermediate: the request to certify, in place of --key
`;
