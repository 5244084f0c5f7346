using PhotoLambda.Migrate;

await MigrateFunction.RunAsync();
