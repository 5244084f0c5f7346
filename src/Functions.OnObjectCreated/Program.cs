using PhotoLambda.OnObjectCreated;

await OnObjectCreatedFunction.RunAsync();
