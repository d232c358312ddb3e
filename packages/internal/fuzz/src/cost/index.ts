export { hostileTokens, makeScene } from '../corpus/index.ts';
export { type Cost, measure, TIMES } from './measure.ts';
