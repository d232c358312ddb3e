// Preloaded by loaded-modules.ts: prints the address of every module that is loaded after this one, a line each.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('data:')) console.log(url);
    return next(url, context);
  },
});
