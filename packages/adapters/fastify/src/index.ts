export type { WorkloadIdentityRouteConfig } from './route-config.ts';
export { type WorkloadIdentityOptions, workloadIdentity } from './workload-identity.ts';
