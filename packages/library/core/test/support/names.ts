/** The names the tests speak of. */
export const TRUST_DOMAIN = 'prod.example.com';
export const ORDERS = `spiffe://${TRUST_DOMAIN}/orders`;
export const BILLING = `spiffe://${TRUST_DOMAIN}/billing`;
export const SHIPPING = `spiffe://${TRUST_DOMAIN}/shipping`;
/** The token service whose keys the asymmetric authority holds. */
export const STS = 'https://sts.example.com';
/** The time at which the tests happen, in seconds since 1970. */
export const NOW = 1_800_000_000;
