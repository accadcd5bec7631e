/** To each other staff are numbers of 32 signs: their beginning tells them apart, and there is room for it. */
export const shortStaff = (id: string): string => (id.length > 12 ? `${id.slice(0, 8)}…` : id);
