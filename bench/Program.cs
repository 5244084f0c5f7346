using PhotoLambda.Bench;

return await BenchCommand.RunAsync(args);
