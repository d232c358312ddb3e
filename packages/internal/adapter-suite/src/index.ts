export {
  type Adapter,
  type Call,
  type RunningServer,
  routes,
  type SuiteApp,
  type SuiteRoute,
} from './adapter.ts';
export { FieldWatch } from './field-watch.ts';
export { listen } from './listen.ts';
export { runAdapterSuite } from './run-adapter-suite.ts';
export { SampleRunner } from './sample.ts';
