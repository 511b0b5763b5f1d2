import { expect, test } from '@playwright/test';
import type { FleetState } from '#shared/contract';
import { generatedTroubles } from '../renderer/generated-troubles.ts';
import { holds, LOOKS } from './looks.ts';
import { EMPTY_FLEET, openPictured, type Pictured, picturedSpecs } from './pictured.ts';

picturedSpecs();

const NOW = Date.UTC(2026, 10, 23, 1, 25);

function fleetOf(count: number): Pictured['topics'] {
  const { state, pairs } = generatedTroubles(count, NOW);
  const totals = { ...EMPTY_FLEET.totals, severity: 'p2' as const, p2: count };
  const fleet: FleetState = { ...EMPTY_FLEET, pairs, totals };
  return { fleet, events: { latest: [] }, notices: { latest: null }, troubles: state };
}

for (const look of LOOKS) {
  test(`what is amiss in a hundred pairs is found, ${look.locale}`, async ({ browser }) => {
    const page = await (await browser.newContext(look)).newPage();
    await openPictured(page, { topics: fleetOf(100), replies: { 'checks.run': null }, nowMs: NOW }, '#/');
    // By keyboard alone, from the navigation.
    const link = page.getByRole('navigation').getByRole('link').nth(1);
    await link.focus();
    await page.keyboard.press('Enter');
    const rows = page.locator('tr[data-trouble]');
    await expect(rows).toHaveCount(100);
    await expect(rows.first()).toHaveAttribute('data-rank', 'blocks');
    await expect(rows.first().locator('code')).toHaveText('mount -t nfs 10.0.0.12:/export/share /mnt/B');
    await page.getByRole('searchbox').fill('p007');
    await expect(rows).toHaveCount(5);
    await holds(page, 'troubles');
    await page.getByRole('checkbox').check();
    // What ten checks say for want of the same configuration stands once.
    await expect(rows).toHaveCount(6);
    await page
      .getByRole('combobox')
      .filter({ has: page.locator('option[value="warns"]') })
      .selectOption('warns');
    await expect(rows).toHaveCount(1);
    // Live: what is mended is gone at once.
    const { troubles: state } = fleetOf(100) as { troubles: ReturnType<typeof generatedTroubles>['state'] };
    await page.evaluate((next) => window.tell('troubles', next), { ...state, troubles: {} });
    await expect(page.getByTestId('nothing-amiss')).toBeVisible();
  });
}
