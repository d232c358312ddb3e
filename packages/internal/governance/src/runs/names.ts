import { createHash } from 'node:crypto';

/** The time at which the runs happen, in seconds since 1970. */
export const NOW = 1_767_225_600;
export const clock = (): number => NOW * 1_000;

export const TRUST_DOMAIN = 'prod.example.com';
export const ORDERS = `spiffe://${TRUST_DOMAIN}/orders`;
export const BILLING = `spiffe://${TRUST_DOMAIN}/billing`;
export const MINTER = `spiffe://${TRUST_DOMAIN}/platform/minter`;
export const STS_HOST = 'sts.example.com';
export const STS = `https://${STS_HOST}`;

/** 32 bytes as base64url, the same each time. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
