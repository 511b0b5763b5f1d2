// The pair page: what is wrong and what to do, both instances side by side, and who may act.

export { ActsNext } from './acts-next.tsx';
export { CalendarForm, CalendarNow } from './calendar-form.tsx';
export { readCalendar, textOfCalendar } from './calendar-text.ts';
export { GuardsPanel } from './guards-panel.tsx';
export { MaintenancePanel } from './maintenance-panel.tsx';
export { OptionsPanel } from './options-panel.tsx';
export * from './pair-page.tsx';
export { changeOf, isInRange, NUMBER_NAMES, valuesOf } from './policy-values.ts';
export { RoutePanel } from './route-panel.tsx';
