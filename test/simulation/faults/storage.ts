import { ModelDisk } from '#test/model-disk';
import type { MountView } from '#test/model-mount';
import { type SimInstance, SYNC_MS } from '../instance.ts';
import { type Fault, type FaultScene, pickInstance } from './fault.ts';

const MOUNT_SLOW_MS = [50, 400, 1_500] as const;
const DISK_SLOW_MS = [5, 60, 400] as const;

/** The mount shows something else than the other's share. */
const shows =
  (view: () => MountView): Fault['begin'] =>
  (scene) => {
    const { mount } = pickInstance(scene);
    if (mount.view !== 'share') return undefined;
    mount.view = view();
    return () => mount.remount();
  };

function withDisk(
  change: (share: SimInstance['share'], scene: FaultScene) => void,
  back: (share: SimInstance['share']) => void,
): Fault['begin'] {
  return (scene) => {
    const { share } = pickInstance(scene);
    change(share, scene);
    return () => back(share);
  };
}

/** What happens to mounts and disks. */
export const STORAGE_FAULTS = {
  'mount-gone': { weight: 2, lastsMs: [500, 20_000], begin: shows(() => 'gone') },
  'mount-foreign': { weight: 1, lastsMs: [500, 15_000], begin: shows(() => ({ foreign: new ModelDisk() })) },
  'mount-error': { weight: 1, lastsMs: [500, 15_000], begin: shows(() => ({ code: 'ESTALE' })) },
  'mount-unmounted': {
    weight: 1,
    lastsMs: [500, 15_000],
    begin: (scene) => {
      const { mount } = pickInstance(scene);
      if (mount.view !== 'share') return undefined;
      mount.unmount();
      return () => mount.remount();
    },
  },
  'mount-hang': {
    weight: 2,
    lastsMs: [500, 20_000],
    begin: (scene) => {
      const { mount } = pickInstance(scene);
      mount.hang();
      return () => mount.release();
    },
  },
  'mount-slow': {
    weight: 1,
    lastsMs: [1_000, 15_000],
    begin: (scene) => {
      const { mount } = pickInstance(scene);
      const before = mount.latencyMs;
      mount.latencyMs = scene.random.pick(MOUNT_SLOW_MS);
      return () => {
        mount.latencyMs = before;
      };
    },
  },
  'disk-cannot-save': {
    weight: 2,
    lastsMs: [500, 10_000],
    begin: (scene) => {
      const instance = pickInstance(scene);
      instance.saveFails = true;
      return () => {
        instance.saveFails = false;
      };
    },
  },
  'disk-full': {
    weight: 1,
    lastsMs: [500, 10_000],
    begin: withDisk(
      (share) => {
        share.writeError = 'ENOSPC';
      },
      (share) => {
        share.writeError = undefined;
      },
    ),
  },
  'disk-sync-fails': {
    weight: 1,
    lastsMs: [100, 5_000],
    begin: (scene) => {
      const instance = pickInstance(scene);
      instance.share.syncError = 'EIO';
      instance.syncFailed = true;
      return () => {
        instance.share.syncError = undefined;
      };
    },
  },
  'disk-slow': {
    weight: 1,
    lastsMs: [1_000, 15_000],
    begin: withDisk(
      (share, { random }) => {
        share.syncMs = random.pick(DISK_SLOW_MS);
      },
      (share) => {
        share.syncMs = SYNC_MS;
      },
    ),
  },
} satisfies Record<string, Fault>;
