using PhotoLambda.Local;

return await LocalCloudCommand.Create().Parse(args).InvokeAsync();
