// The pair's data on the screen: positions, lag and its trend, synchronisation, local database, what a promotion costs.
// Figures and words only; what is to be done about them is said by the pair page.
export * from './aside-banners.tsx';
export * from './data-panel.tsx';
export * from './judged.ts';
export * from './lag-trend.ts';
export * from './load-bar.tsx';
export * from './loss-words.ts';
