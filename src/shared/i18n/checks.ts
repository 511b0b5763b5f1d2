import { checksEn } from './checks-en.ts';
import { checksZh } from './checks-zh.ts';
import type { CatalogueSection } from './section.ts';

/** What the checks on the servers say. */
export const checks: CatalogueSection = { 'zh-CN': checksZh, en: checksEn };
