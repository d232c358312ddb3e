export const WORKLOADS = {
  orders: 'spiffe://prod.example.com/orders',
  worker: 'spiffe://prod.example.com/team/worker',
  other: 'spiffe://prod.example.com/other',
} as const;

export const AUDIENCES = {
  main: 'spiffe://prod.example.com/billing',
  narrow: 'spiffe://prod.example.com/billing/narrow',
  foreign: 'spiffe://prod.example.com/shipping',
} as const;
