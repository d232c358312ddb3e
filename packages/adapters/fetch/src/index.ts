export { createFetch, type FetchOptions } from './create-fetch.ts';
export { type CallContext, type ProtectedHandler, protect, type RequestHandler } from './protect.ts';
