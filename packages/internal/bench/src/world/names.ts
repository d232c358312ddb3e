/** Who calls whom in every measurement. */
export const TRUST_DOMAIN = 'prod.example.com';
export const CALLER = `spiffe://${TRUST_DOMAIN}/orders`;
export const SERVICE = `spiffe://${TRUST_DOMAIN}/billing`;
/** Seconds a token lives: longer than any measurement, and as long as the contract allows. */
export const LIFETIME = 3_600;
