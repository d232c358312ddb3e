/** Who calls whom, and when. The clock of every verifier stands still: a find is the same tomorrow. */
export const NOW = 1_900_000_000;
export const TRUST_DOMAIN = 'prod.example.com';
export const ORDERS = `spiffe://${TRUST_DOMAIN}/orders`;
export const BILLING = `spiffe://${TRUST_DOMAIN}/billing`;
export const SHIPPING = `spiffe://${TRUST_DOMAIN}/shipping`;
export const DENIED = `spiffe://${TRUST_DOMAIN}/denied/one`;
export const OTHER_DOMAIN = 'spiffe://other.example.com/orders';
export const STS = 'https://sts.prod.example.com';
export const EVERYONE: readonly string[] = [`spiffe://${TRUST_DOMAIN}/*`];
