import type { LaunchedProcess, ProcessLauncher } from './port.ts';

/**
 * Starts the reaper and resolves once it watches: from then on nothing is left behind, however this process ends.
 * Rejects where it ends before that.
 */
export async function launchReaper(
  launcher: ProcessLauncher,
  entry: string,
  base: string,
  directory: string,
): Promise<LaunchedProcess> {
  const watching = Promise.withResolvers<void>();
  let said = '';
  const reaper = await launcher.launch({
    entry,
    args: [directory],
    directory: base,
    ownGroup: true,
    onLine: (line, stream) => {
      said = line;
      if (stream === 'out') watching.resolve();
    },
  });
  const ended = reaper.exited.then(({ code }) => {
    throw new Error(`the reaper ended with code ${code}: ${said}`);
  });
  await Promise.race([watching.promise, ended]);
  // Its orderly end later on is no failure.
  ended.catch(() => {});
  return reaper;
}
