import { sixAttacks } from './acts/attacks.ts';
import { climb } from './acts/climb.ts';
import { firstRung } from './acts/first-rung.ts';
import { secondRung } from './acts/second-rung.ts';
import { Fleet } from './fleet.ts';
import { Platform } from './platform.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
const platform = new Platform();
const fleet = await Fleet.open(platform);
try {
  await firstRung(stage, platform, fleet);
  await secondRung(stage, platform, fleet);
  await sixAttacks(stage, platform, fleet);
  await climb(stage, platform, fleet);
} catch (error) {
  stage.check('the demo ran to its end', false, String(error));
} finally {
  await fleet.close();
  platform.remove();
}
stage.act(
  stage.failures === 0 ? 'All as it should be.' : `${stage.failures} things were not as they should be.`,
);
process.exitCode = stage.failures === 0 ? 0 : 1;
