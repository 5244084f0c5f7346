using PhotoLambda.PublishToCdn;

await PublishToCdnFunction.RunAsync();
