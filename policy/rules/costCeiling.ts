import type { Rule } from "../plan";

export const costCeiling: Rule = {
  name: "cost-ceiling",
  description: "A stack costs no more a month than trinode:costCeiling says, if it says so.",
  needs: ["config", "monthlyCost"],
  check: ({ config = {}, monthlyCost }) => {
    const ceiling = Number(config.costCeiling ?? 0);
    if (ceiling === 0 || monthlyCost === undefined || monthlyCost <= ceiling) return [];
    return [
      [
        "trinode:costCeiling",
        `the stack would cost $${monthlyCost} a month, and ${ceiling} is the ceiling. Choose smaller trinode:plans, or raise it.`,
      ],
    ];
  },
};
