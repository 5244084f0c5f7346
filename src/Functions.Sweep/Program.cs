using PhotoLambda.Sweep;

await SweepFunction.RunAsync();
