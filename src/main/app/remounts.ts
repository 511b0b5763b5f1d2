import { accessOf, LookEnded, lookAtRemount, planFingerprint, remount } from '#main/checks';
import type { Host, Hosts } from '#main/hosts';
import { CommandError } from '#main/ipc';
import { type InstanceConfig, type MountConfig, message } from '#shared/domain';
import type { Remounts } from './ports.ts';

/** Remounts by the instances' configuration, over the connections that the checks use as well. */
export function createRemounts(hosts: Hosts): Remounts {
  async function onServer<T>(
    instance: InstanceConfig,
    work: (host: Host, mount: MountConfig) => Promise<T>,
  ): Promise<T> {
    const access = accessOf(instance);
    const mount = instance.server?.mount;
    if (!access || !mount) {
      const field = access ? 'server.mount' : 'server.access';
      throw new CommandError('refused', message('check.notConfigured', { field }), { instance: instance.name });
    }
    // Who asks is a person, who may have mended what was amiss.
    hosts.forgetFailures();
    try {
      return await work(await hosts.open(access, instance.host), mount);
    } catch (error) {
      if (error instanceof LookEnded)
        throw new CommandError('unavailable', error.finding.reason, { instance: instance.name });
      throw error;
    }
  }
  return {
    plan: (instance) =>
      onServer(instance, async (host, mount) => {
        const plan = await lookAtRemount(host, mount);
        return { host: host.name, plan, fingerprint: planFingerprint(plan) };
      }),
    run: (instance, agreed) => onServer(instance, (host, mount) => remount(host, mount, agreed)),
  };
}
