export { authenticate } from './authenticate.ts';
export { authorize } from './authorize.ts';
export type { Middleware } from './middleware.ts';
