import { servingNow } from './beats.ts';
import type { Before } from './scene.ts';
import type { Stage } from './stage.ts';

/** The pair did not become whole, so that no run can be begun. */
export class NotWhole extends Error {}

/** Waits until the pair is whole, seen by consoles and client. Rejects with {@link NotWhole}. */
export async function wholePair(stage: Stage): Promise<Before> {
  const { observer, client, until } = stage;
  let missing: string | undefined;
  const whole = await until(async () => {
    const beats = await client.take();
    const picture = await observer.tryRead();
    missing = (await observer.missing()) ?? (await consolesMissing(stage));
    if (missing === undefined && servingNow(beats) !== picture?.route?.instance) missing = 'the client is not served';
    return missing === undefined;
  });
  const picture = whole ? await observer.tryRead() : undefined;
  const standby = picture?.registrations.find(({ instance }) => instance !== picture.route?.instance)?.instance;
  if (!picture?.route || standby === undefined) throw new NotWhole(missing ?? 'ZooKeeper does not answer');
  const { instance: primary, epoch } = picture.route;
  return { picture, primary, standby, epoch };
}

/** What keeps a console from seeing the pair as normal, in a few words; undefined: nothing. */
export async function consoleTrouble({ consoles }: Stage): Promise<string | undefined> {
  for (const { console, view } of await consoles.views())
    if (view.tile.state !== 'normal')
      return `${console.name} sees the pair as ${view.tile.state} (${view.tile.reason.key})`;
  return undefined;
}

/** The same, and what would keep the one that leads from acting: the others have that one, and nothing else, before them. */
async function consolesMissing(stage: Stage): Promise<string | undefined> {
  const trouble = await consoleTrouble(stage);
  if (trouble !== undefined || stage.options.driver === 'node') return trouble;
  const views = await stage.consoles.views();
  const waiting = views.filter(({ view }) => view.lock.holder === 'other' && view.blockers.length === 1);
  const leading = views.find(({ view }) => view.lock.holder === 'this');
  if (!leading) return 'no console holds the lock';
  const [blocker] = leading.view.blockers;
  if (blocker) return `${leading.console.name} would not act (${blocker.key})`;
  return waiting.length === views.length - 1 ? undefined : 'a console would not take over';
}
