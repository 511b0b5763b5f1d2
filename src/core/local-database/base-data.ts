/** What a new base data table holds (F5): enough for a practice environment to have loaded something. */
export const SEED_BASE_DATA: Readonly<Record<string, string>> = {
  'account.PRACTICE-1': '{"name":"演练账户 1","market":"SSE"}',
  'account.PRACTICE-2': '{"name":"演练账户 2","market":"SZSE"}',
  'calendar.morning': '{"from":"09:30","to":"11:30"}',
  'calendar.afternoon': '{"from":"13:00","to":"15:00"}',
  'instrument.600000': '{"lot":100,"tick":0.01}',
  'instrument.000001': '{"lot":100,"tick":0.01}',
};
