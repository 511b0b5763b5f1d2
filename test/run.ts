/**
 * `npm test`: everything, in the order in which a failure is cheapest to learn. Looks first for what the tests need
 * beyond npm's packages: in CI a missing component fails, on a user's machine its tests are skipped and a line says
 * what to install. Ends with one line of totals.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { apacheZooKeeperMissing } from '#test/apache-zookeeper';
import { findChromium } from '#test/chromium';
import { postgresqlMissing } from '#test/postgresql';
import { serverToolsMissing, setupReadersMissing, sudoMissing } from '#test/server-tools';

const root = resolve(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'kuantu-test-'));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}
interface Stage {
  name: string;
  command: string[];
  /** Where the stage leaves its counts; a stage without one counts as a single test. */
  counts?: () => Totals;
}

function vitestCounts(file: string): Totals {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) || (report.success ? 0 : 1),
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

function playwrightCounts(file: string): Totals {
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as { stats: Record<string, number> };
  return {
    passed: (stats.expected ?? 0) + (stats.flaky ?? 0),
    failed: stats.unexpected ?? 0,
    skipped: stats.skipped ?? 0,
  };
}

function vitest(project: string): Stage {
  const file = join(reports, `${project}.json`);
  return {
    name: project,
    command: [
      bin('vitest'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    counts: () => vitestCounts(file),
  };
}

function stages(chromium: string | undefined): Stage[] {
  const typecheck = (config: string): Stage => ({ name: `types (${config})`, command: [bin('tsc'), '-p', config] });
  const list: Stage[] = [
    { name: 'lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
    { name: 'unused files, exports and dependencies', command: [bin('knip'), '--no-progress'] },
    typecheck('tsconfig.json'),
    typecheck('tsconfig.web.json'),
    typecheck('tsconfig.e2e.json'),
    vitest('unit'),
    { name: 'build', command: [bin('electron-vite'), 'build', '--logLevel', 'warn'] },
    vitest('integration'),
  ];
  if (chromium) {
    const file = join(reports, 'e2e.json');
    list.push({
      name: 'e2e',
      command: [bin('playwright'), 'test', '-c', 'test/e2e/playwright.config.ts'],
      counts: () => playwrightCounts(file),
    });
  }
  return list;
}

function run(command: string[]): Promise<number> {
  const [file = '', ...args] = command;
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json'),
        // The tests start hundreds of short-lived processes of the same sources: they are compiled once.
        NODE_COMPILE_CACHE: join(reports, 'compiled'),
      },
      shell: process.platform === 'win32',
    });
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
}

/** What is missing on this machine, a sentence each. */
function missingComponents(): string[] {
  const missing: string[] = [];
  const apache = apacheZooKeeperMissing();
  if (apache) missing.push(apache);
  const postgresql = postgresqlMissing();
  if (postgresql) missing.push(postgresql);
  const serverTools = serverToolsMissing() ?? sudoMissing();
  if (serverTools) missing.push(serverTools);
  const setupReaders = setupReadersMissing();
  if (setupReaders) missing.push(setupReaders);
  if (!findChromium())
    missing.push('Chromium was not found: the screen is not tested. Debian: apt-get install chromium.');
  return missing;
}

async function main(): Promise<number> {
  const missing = missingComponents();
  for (const sentence of missing) console.log(`missing: ${sentence}`);
  if (missing.length > 0 && process.env.CI) {
    console.log('In CI every component must be there.');
    return 1;
  }
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  const began = performance.now();
  for (const stage of stages(findChromium())) {
    const stageBegan = performance.now();
    console.log(`\n== ${stage.name}`);
    const code = await run(stage.command);
    const counts = stage.counts && readCounts(stage.counts, code);
    const result = counts ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    if (code !== 0 && result.failed === 0) result.failed = 1;
    totals.passed += result.passed;
    totals.failed += result.failed;
    totals.skipped += result.skipped;
    console.log(
      `== ${stage.name}: ${code === 0 ? 'ok' : `FAILED (exit code ${code})`}, ${((performance.now() - stageBegan) / 1000).toFixed(1)} s`,
    );
  }
  rmSync(reports, { recursive: true, force: true });
  console.log(`\nAll stages: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 ? 0 : 1;
}

function readCounts(read: () => Totals, code: number): Totals {
  try {
    return read();
  } catch (error) {
    console.log(`no counts: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
}

process.exitCode = await main();
