// The event list: of a pair on its page, of all on a page of its own.
export * from './event-rows.ts';
export * from './event-table.tsx';
export * from './events-page.tsx';
