using PhotoLambda.Cli;

return await PhotoLambdaCommand.Create().Parse(args).InvokeAsync();
