import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { PracticeInstance } from '../../../src/main/practice/instance.ts';
import { PracticeMount } from '../../../src/main/practice/mount.ts';
import type { LaunchedProcess, LaunchRequest, ProcessExit, ProcessLauncher } from '../../../src/main/practice/port.ts';

/** Starts nothing: a process is this one's pid and a promise. */
class FakeLauncher implements ProcessLauncher {
  readonly tethersByStdin = true;
  readonly requests: LaunchRequest[] = [];
  readonly signals: string[] = [];
  /** What the next process writes once it has started; null: it ends at once. */
  output: string | null = '{"ready":"listening","t2Port":7001,"f2Port":7002}';
  hearsTerm = true;
  readonly canHang: boolean;
  exit: (how: ProcessExit) => void = () => {};

  constructor(canHang: boolean) {
    this.canHang = canHang;
  }

  async launch(request: LaunchRequest): Promise<LaunchedProcess> {
    this.requests.push(request);
    const exited = new Promise<ProcessExit>((resolve) => {
      this.exit = resolve;
    });
    const { output } = this;
    setImmediate(() => {
      if (output !== null) request.onLine?.(output, 'out');
      else {
        request.onLine?.('the port cannot be had', 'error');
        this.exit({ code: 3, signal: null });
      }
    });
    return {
      pid: process.pid,
      exited,
      signal: (name) => {
        this.signals.push(name);
        if (name === 'SIGKILL' || (name === 'SIGTERM' && this.hearsTerm)) this.exit({ code: null, signal: name });
        return true;
      },
      release: () => {},
    };
  }
}

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-instance-'));
  mkdirSync(join(directory, 'processes'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function instance(canHang = true) {
  const launcher = new FakeLauncher(canHang);
  const clock = new VirtualClock();
  const unexpected: string[] = [];
  const mount = new PracticeMount(join(directory, 'mounts', 'A'), join(directory, 'B', 'share'));
  const made: PracticeInstance = new PracticeInstance(
    { name: 'A', folder: 'A', directory, nodeEntry: 'node.ts', args: ['--practice'], mount, server: {} },
    { clock, launcher, log: () => {}, changed: (wasUnexpected) => wasUnexpected && unexpected.push(made.view().state) },
  );
  return { made, launcher, clock, unexpected, mount };
}

describe('an instance of the practice environment', () => {
  it('takes any ports at its first start and keeps them at the next', async () => {
    const { made, launcher } = instance();
    await made.start();
    await made.fault('restart');
    expect(made.ports).toEqual({ t2Port: 7001, f2Port: 7002 });
    const portOf = ({ args }: LaunchRequest) => args[args.indexOf('--t2-port') + 1];
    expect(launcher.requests.map(portOf)).toEqual(['0', '7001']);
    expect(launcher.signals).toEqual(['SIGTERM']);
  });

  it('offers the faults that make sense now, and refuses the others', async () => {
    const { made, mount } = instance();
    await mount.mount();
    const offered = () => made.view().faults;
    expect(offered()).toEqual(['restart', 'unmount']);
    await made.start();
    expect(offered()).toEqual(['kill', 'hang', 'stop', 'restart', 'unmount']);
    await made.fault('hang');
    expect(offered()).toEqual(['resume', 'kill', 'restart', 'unmount']);
    await expect(made.fault('stop')).rejects.toMatchObject({
      instance: 'A',
      detail: { key: 'practice.faultNotNow', params: { state: 'hung', fault: 'stop' } },
    });
    await made.fault('resume');
    await made.fault('kill');
    expect(made.view()).toMatchObject({ state: 'stopped', pid: null, faults: ['restart', 'unmount'] });
  });

  it('offers no hanging where the platform has none', async () => {
    const { made } = instance(false);
    await made.start();
    expect(made.view().faults).toEqual(['kill', 'stop', 'restart', 'remount']);
  });

  it("shows an empty directory where the other one's share was mounted, and the share again", async () => {
    const { made, mount } = instance();
    mkdirSync(join(directory, 'B', 'share'), { recursive: true });
    writeFileSync(join(directory, 'B', 'share', 'share.json'), '{}');
    await mount.mount();
    expect(readdirSync(mount.directory)).toEqual(['share.json']);
    await made.fault('unmount');
    expect(readdirSync(mount.directory)).toEqual([]);
    await expect(made.fault('unmount')).rejects.toMatchObject({ detail: { key: 'practice.faultNotNow' } });
    // What was put there meanwhile is not in the way.
    writeFileSync(join(mount.directory, 'left'), '');
    await made.fault('remount');
    expect(readdirSync(mount.directory)).toEqual(['share.json']);
    expect(readdirSync(join(directory, 'B', 'share'))).toEqual(['share.json']);
  });

  it('loses its host: the process and the data are gone, and a start makes new ones', async () => {
    const { made, launcher } = instance();
    await made.start();
    writeFileSync(join(directory, 'A', 'redo'), '');
    await made.loseHost();
    expect(launcher.signals).toEqual(['SIGKILL']);
    expect(existsSync(join(directory, 'A'))).toBe(false);
    await made.fault('restart');
    expect(readdirSync(join(directory, 'A'))).toEqual([]);
  });

  it('kills a hung process to restart it: it hears nothing else', async () => {
    const { made, launcher } = instance();
    await made.start();
    await made.fault('hang');
    await made.fault('restart');
    expect(launcher.signals).toEqual(['SIGSTOP', 'SIGKILL']);
    expect(made.view().state).toBe('running');
  });

  it('kills a process that does not stop in time', async () => {
    const { made, launcher, clock } = instance();
    await made.start();
    launcher.hearsTerm = false;
    const stopped = made.fault('stop');
    await clock.advance(5_000);
    await stopped;
    expect(launcher.signals).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('tells an end that nobody asked for apart from one that was', async () => {
    const { made, launcher, unexpected } = instance();
    await made.start();
    await made.fault('kill');
    expect(unexpected).toEqual([]);
    await made.fault('restart');
    launcher.exit({ code: 1, signal: null });
    await new Promise(setImmediate);
    expect(unexpected).toEqual(['stopped']);
  });

  it('fails to start with what the process wrote', async () => {
    const { made, launcher } = instance();
    launcher.output = null;
    await expect(made.start()).rejects.toMatchObject({
      detail: { key: 'practice.instanceNotStarted', params: { instance: 'A', reason: 'the port cannot be had' } },
    });
    expect(made.view().state).toBe('stopped');
  });
});
