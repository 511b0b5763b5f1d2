import { expect, type Locator, type Page } from '@playwright/test';

/** The screen of one pair, as its operator finds it: by what is written on it. */
export class PairScreen {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** From the first screen to the pair page of a practice pair in state normal. */
  async startPractice(): Promise<void> {
    await this.page.getByTestId('start-practice').click();
    await this.open();
  }

  async open(): Promise<void> {
    await this.page.goto(new URL('/#/', this.page.url()).href);
    const tile = this.page.locator('a[data-pair]').first();
    await expect(tile).toHaveAttribute('data-state', 'normal', { timeout: 20_000 });
    await tile.click();
    await expect(this.instance('A')).toBeVisible();
  }

  instance(name: string): Locator {
    return this.page.locator(`[data-instance="${name}"]`);
  }

  /** The name of the instance that the screen calls primary. */
  async primary(): Promise<string> {
    const name = await this.page.locator('[data-instance][data-role="primary"]').getAttribute('data-instance');
    if (name === null) throw new Error('no instance is primary');
    return name;
  }

  async hurt(fault: 'Kill' | 'Hang' | 'Stop' | 'Restart' | 'Unmount' | 'Mount again', instance: string): Promise<void> {
    await this.page.getByRole('button', { name: `${fault} ${instance}`, exact: true }).click();
  }

  /** What the screen shows of an instance's data. */
  data(instance: string): Locator {
    return this.page.locator(`[data-data-of="${instance}"]`);
  }

  /** Where the screen says that an instance takes clients. */
  async t2Port(instance: string): Promise<number> {
    const port = /t2 (\d+)\/TCP/.exec(String(await this.instance(instance).textContent()))?.[1];
    if (port === undefined) throw new Error(`no t2 port is shown for ${instance}`);
    return Number(port);
  }

  /** What became of the data in the last switchover. */
  get lost(): Locator {
    return this.page.getByTestId('switchover-data');
  }

  get result(): Locator {
    return this.page.getByTestId('switchover-result');
  }
}

export const other = (instance: string) => (instance === 'A' ? 'B' : 'A');
