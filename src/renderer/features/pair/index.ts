// The pair page: what is wrong and what to do, both instances side by side, and who may act.
export * from './pair-page.tsx';
