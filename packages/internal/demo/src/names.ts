/** The trust domain of the demo, and who lives in it. */
export const TRUST_DOMAIN = 'demo.example.com';
export const STOREFRONT = `spiffe://${TRUST_DOMAIN}/storefront`;
export const ORDERS = `spiffe://${TRUST_DOMAIN}/orders`;
export const BILLING = `spiffe://${TRUST_DOMAIN}/billing`;

/** The role that may charge a card. */
export const CHARGE = 'charge';
