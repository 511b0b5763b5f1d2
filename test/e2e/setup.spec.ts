import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type ApacheZooKeeper, skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';
import { serverToolsMissing } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';
import { expect, test } from './fixtures.ts';
import { holds } from './looks.ts';

const SYSTEM = 'O45';
const NODE = 'mt-setup';
const ROUTE_FILE = resolve(import.meta.dirname, '../fixtures/config/alg_tran_mp.gbk.xml');

/** The wizard, as an implementer finds it. */
class Wizard {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }
  field(path: string): Locator {
    return this.page.locator(`[data-field="${path}"]`);
  }
  choice(path: string, value: string): Locator {
    return this.page.locator(`[data-field="${path}"][value="${value}"]`);
  }
  async fill(values: Record<string, string | number>): Promise<void> {
    for (const [path, value] of Object.entries(values)) await this.field(path).fill(String(value));
  }
  async at(step: string): Promise<void> {
    await expect(this.page.locator(`[data-step="${step}"]`)).toBeVisible();
  }
  async next(): Promise<void> {
    await this.page.getByRole('button', { name: /^(Next|下一步)$/ }).click();
  }
  item(step: string, id: string, about?: string): Locator {
    const who = about === undefined ? '' : `[data-about="${about}"]`;
    return this.page.locator(`[data-probe="${step}"] [data-item="${id}"]${who}`);
  }
}

test.describe('setting a pair up', () => {
  test.skip(serverToolsMissing() !== undefined || skipWithoutApache(), 'the servers want sshd and Apache ZooKeeper');
  const nodes = new NodeProcesses();
  let zookeeper: ApacheZooKeeper;
  let sshd: Sshd;
  let pair: NodeProcess[];
  let folder = '';
  const at = (...parts: string[]) => join(folder, ...parts);

  test.beforeAll(async () => {
    folder = nodes.folder();
    zookeeper = await startApacheZooKeeper();
    for (const name of ['A', 'B']) {
      mkdirSync(at(name, 'share'), { recursive: true });
      mkdirSync(at(name, 'peer'));
      writeFileSync(
        at(name, 'Todb_mt.xml'),
        `<todb name="mt"><database type="sqlite" file="${at('kuantu.db')}"/></todb>`,
      );
    }
    copyFileSync(ROUTE_FILE, at('A', 'alg_tran_mp.xml'));
    const start = (instance: string, other: string) =>
      nodes.start({
        zookeeper: zookeeper.connectString,
        system: SYSTEM,
        node: NODE,
        instance,
        dataDir: at(instance),
        args: ['--mount', at(other, 'share'), '--todb', at(instance, 'Todb_mt.xml')],
      });
    const first = await start('A', 'B');
    pair = [first, await start('B', 'A')];
    const mounts = `mount --bind ${at('B', 'share')} ${at('A', 'peer')} && mount --bind ${at('A', 'share')} ${at('B', 'peer')}`;
    sshd = await startSshd({
      within: ['unshare', '-m', '--propagation', 'private', 'sh', '-c', `${mounts} && exec "$@"`, 'sh'],
    });
  });
  test.afterAll(async () => {
    sshd?.close();
    await nodes.end();
    await zookeeper?.close();
  });

  test('from nothing to a verified, beating pair', async ({ console: running }) => {
    const page = await running.open();
    const wizard = new Wizard(page);
    await page.getByRole('link', { name: 'Set a pair up' }).click();
    await page.getByTestId('setup-new').click();
    await wizard.at('mode');

    await wizard.next();
    await expect(page.locator('[aria-invalid="true"]').first()).toBeVisible();
    await wizard.choice('mode', 'pair').check();
    await wizard.fill({ name: 'Desk 1' });
    await expect(wizard.field('id')).toHaveValue('desk-1');
    // An id that somebody writes is theirs, as a part of the one that was made of the name too.
    await wizard.field('id').press('End');
    await wizard.field('id').press('Backspace');
    await expect(wizard.field('id')).toHaveValue('desk-');
    await wizard.fill({ id: 'desk-1' });
    await wizard.next();

    await wizard.at('zookeeper');
    await wizard.fill({ 'zookeeper.connectString': zookeeper.connectString });
    await expect(wizard.item('zookeeper', 'quorum')).toHaveAttribute('data-result', 'pass');
    await expect(wizard.item('zookeeper', 'permission')).toHaveAttribute('data-result', 'pass');
    await holds(page, 'zookeeper');
    await wizard.next();

    await wizard.at('servers');
    // Two names of one machine, and no login by which that could be seen: marked where one can see it.
    await wizard.fill({ 'servers.0.host': 'localhost', 'servers.1.host': '127.0.0.1' });
    await wizard.next();
    await expect(wizard.field('servers.1.host')).toHaveAttribute('aria-invalid', 'true');
    for (const index of [0, 1]) {
      const server = `servers.${index}`;
      await wizard.fill({ [`${server}.host`]: '127.0.0.1' });
      await wizard.field(`${server}.access.type`).selectOption('ssh');
      await wizard.fill({ [`${server}.access.user`]: 'root', [`${server}.access.port`]: sshd.port });
      await wizard.field(`${server}.access.auth`).selectOption('key');
      await wizard.fill({
        [`${server}.access.keyFile`]: join(sshd.directory, 'login_key'),
        [`${server}.redoDirectory`]: at(index === 0 ? 'A' : 'B', 'share'),
        [`${server}.process`]: `--instance ${index === 0 ? 'A' : 'B'} --zookeeper ${zookeeper.connectString}`,
      });
      await page
        .getByRole('group', { name: `Server of ${index === 0 ? 'A' : 'B'}` })
        .getByText('More')
        .click();
      await wizard.fill({ [`${server}.access.knownHostsFile`]: sshd.access.knownHostsFile });
    }
    // One machine is no pair: said at its field, with what to do.
    await wizard.next();
    await expect(wizard.field('servers.1.host')).toHaveAttribute('aria-invalid', 'true');
    await page.locator('[data-acknowledge="same-machine"]').check();
    // A host key that nothing is known of is shown, and trusted by a click.
    await page.getByRole('button', { name: 'Trust this key' }).first().click();
    await expect(wizard.item('servers', 'access 1')).toHaveAttribute('data-result', 'pass');
    await expect(wizard.item('servers', 'two-machines')).toHaveAttribute('data-result', 'fail');
    await wizard.next();

    await wizard.at('node');
    const [a, b] = pair;
    if (!a || !b) throw new Error('no pair');
    await wizard.fill({
      'node.node': 'mt/1',
      'node.system': SYSTEM,
      'node.instances.0.t2Port': a.f2Port,
      'node.instances.0.f2Port': a.t2Port,
      'node.instances.1.t2Port': b.t2Port,
      'node.instances.1.f2Port': b.f2Port,
    });
    await wizard.next();
    await expect(wizard.field('node.node')).toHaveAttribute('aria-invalid', 'true');
    await wizard.fill({ 'node.node': NODE });
    await expect(wizard.item('node', 'protocol 0')).toHaveAttribute('data-result', 'fail');
    await expect(page.locator('[data-around="node.instances.0.t2Port"]')).toContainText('swapped');
    await wizard.fill({ 'node.instances.0.t2Port': a.t2Port, 'node.instances.0.f2Port': a.f2Port });
    await wizard.field('node.credential').selectOption('O3');
    await wizard.field('secret').fill(TEST_SESSION);
    await wizard.field('secret').blur();
    await expect(wizard.item('node', 'registrations')).toHaveAttribute('data-result', 'pass');
    await expect(wizard.item('node', 'protocol 0')).toHaveAttribute('data-result', 'pass');

    await wizard.fill({ 'node.routeFiles.0': at('A', 'alg_tran_mp.xml') });
    await wizard.field('node.profile').selectOption('attributes');

    // Quit in the middle, switch the language, and go on where it was left.
    await page.getByRole('button', { name: 'Save and quit' }).click();
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('link', { name: '继续' }).click();
    await wizard.at('node');
    await expect(wizard.field('node.node')).toHaveValue(NODE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1024, height: 700 });
    await holds(page, 'node');
    await page.setViewportSize({ width: 1440, height: 900 });
    await wizard.next();

    await wizard.at('sync');
    await page.getByRole('button', { name: '显示文本' }).click();
    await expect(page.locator('[data-texts]')).toContainText(/必填|目录/);
    await wizard.choice('sharing.kind', 'other').check();
    for (const [index, own, other] of [
      [0, 'A', 'B'],
      [1, 'B', 'A'],
    ] as const)
      await wizard.fill({
        [`sharing.mounts.${index}.source`]: at(other, 'share'),
        [`sharing.mounts.${index}.target`]: at(own, 'peer'),
        [`sharing.mounts.${index}.type`]: 'bind',
      });
    await expect(wizard.item('sync', 'mount', 'A')).toHaveAttribute('data-result', 'pass');
    await wizard.next();
    await wizard.at('database');
    await wizard.fill({
      'database.todbFiles.0': at('A', 'Todb_mt.xml'),
      'database.todbFiles.1': at('B', 'Todb_mt.xml'),
    });
    await expect(wizard.item('database', 'todb-identical')).toHaveAttribute('data-result', 'pass');
    await wizard.next();
    await wizard.at('policy');
    await wizard.choice('policy.mode', 'assist').check();
    await wizard.next();
    await wizard.at('verify');
    await page.getByLabel('语言').selectOption('en');
    await wizard.next();

    await wizard.at('summary');
    await expect(page.locator('[data-plan="shown"]')).toBeVisible();
    await expect(page.locator('[data-change="zookeeper"]')).toContainText(`/kuantu/${SYSTEM}/mt/${NODE}`);
    const file = page.locator(`[data-change="file:A:${at('A', 'alg_tran_mp.xml')}"]`);
    await expect(file.locator('[data-kind="new"]').filter({ hasText: NODE })).toBeVisible();
    expect(await page.content()).not.toContain(TEST_SESSION);
    expect(readFileSync(at('A', 'alg_tran_mp.xml'))).toEqual(readFileSync(ROUTE_FILE));
    await holds(page, 'summary');
    await page.getByRole('button', { name: /^Apply changes/ }).click();

    await wizard.at('apply');
    await expect(page.locator('[data-applied="done"]')).toBeVisible();
    await expect(page.locator('[data-report="done"]')).toBeVisible({ timeout: 30_000 });
    for (const trip of ['A t2', 'A f2', 'B t2', 'B f2'])
      await expect(page.locator(`[data-trip="${trip}"]`)).toHaveAttribute('data-result', 'pass');

    // One file goes back, byte for byte; everything else stays.
    expect(readFileSync(at('A', 'alg_tran_mp.xml'))).not.toEqual(readFileSync(ROUTE_FILE));
    const written = page.locator(`[data-applied-change="file:A:${at('A', 'alg_tran_mp.xml')}"]`);
    await written.getByRole('button', { name: 'Roll back' }).click();
    await expect(written).toHaveAttribute('data-state', 'rolled-back');
    expect(readFileSync(at('A', 'alg_tran_mp.xml'))).toEqual(readFileSync(ROUTE_FILE));
    await page.getByRole('link', { name: 'Open the pair' }).click();
    await expect(page.locator('[data-instance="A"][data-role="primary"]')).toBeVisible();

    // A further pair of the same environment has its ZooKeeper already.
    await page.getByRole('link', { name: 'Environments' }).click();
    await page.getByRole('button', { name: /^Add a pair to/ }).click();
    await wizard.at('mode');
    await expect(wizard.field('id')).toHaveValue('desk-1');
    await page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: /ZooKeeper/ })
      .click();
    await expect(wizard.field('zookeeper.connectString')).toHaveValue(zookeeper.connectString);

    const further = page.url();

    // Later, the same steps: what differs from what is configured is marked.
    await page.getByRole('link', { name: 'Environments' }).click();
    await page.getByRole('button', { name: /step by step/ }).click();
    await wizard.at('mode');
    await page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: /Policy/ })
      .click();
    await wizard.choice('policy.mode', 'auto').check();
    await expect(page.locator('[data-around="policy.mode"]')).toHaveAttribute('data-changed', 'true');
    await expect(page.locator('[data-around="policy.mode"]')).toContainText('configured: Assist');

    // From one draft straight to another, by its address: each keeps what is its own.
    await page.evaluate((url) => location.assign(url), further);
    await wizard.at('zookeeper');
    await page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: /mt node/ })
      .click();
    await expect(wizard.field('node.node')).toHaveValue('');
    await expect(page.getByText('changed on another screen')).toBeHidden();
  });
});
