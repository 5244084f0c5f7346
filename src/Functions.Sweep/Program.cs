using PhotoLambda;
using PhotoLambda.Sweep;

return await FunctionStart.RunAsync("SweepFunction", () => SweepFunction.RunAsync());
