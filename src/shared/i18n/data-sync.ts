import { dataSyncEn } from './data-sync-en.ts';
import { dataSyncZh } from './data-sync-zh.ts';
import type { CatalogueSection } from './section.ts';

/** Setting up the shared data of a pair: what is wrong with a plan, why each text is needed, what a hop says. */
export const dataSync: CatalogueSection = { 'zh-CN': dataSyncZh, en: dataSyncEn };
